import { rootFrom } from '../root-from.ts';

/** The login in HTML, as `path` shows it. `message` is one of ours and holds nothing of the request. */
export function loginPage(path: string, isIn: boolean, message: string): string {
  const root = rootFrom(path);
  const form = isIn
    ? `<p>You are logged in. <a href="${root}admin/queues">Queues</a> · <a href="${root}admin/logout">Log out</a></p>`
    : `<form method="post" action="${root}admin/login">
<label for="key">API key</label>
<input hidden type="text" name="username" value="operator" autocomplete="username">
<input id="key" name="key" type="password" autocomplete="current-password" required autofocus>
<button>Log in</button>
${message === '' ? '' : `<p role="alert">${message}</p>`}
<p>Without a key at hand, <code>npm run login</code> on the server’s machine prints a link that logs you in.</p>
</form>`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Anso Vision: log in</title><link rel="icon" href="${root}docs/favicon-32x32.png"><link rel="stylesheet" href="${root}admin/login.css"></head>
<body><main><h1>Anso Vision</h1>${form}</main></body></html>`;
}

export const loginStyle = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
main { max-width: 22rem; margin: 15vh auto; padding: 0 1rem }
label, input, button { display: block; width: 100%; box-sizing: border-box; margin: .5rem 0; font: inherit }
input, button { padding: .5rem }
[hidden] { display: none }
`;
