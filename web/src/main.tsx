import { render } from 'preact';

render(<h1>Anso Vision</h1>, document.querySelector('#app')!);
