import { useEffect, useRef, useState } from 'preact/hooks';
import type { FoundSymbol } from '../../../../schema/symbol/found-symbol.ts';
import { addSymbol } from '../../live/add-symbol.ts';
import { type SearchResult, symbolSearcher } from '../../live/search-symbols.ts';

const idOf = (i: number) => `symbol-found-${i}`;

/** Finds any symbol of the provider's. Arrows choose, Enter shows it, Escape closes. */
export function SymbolSearch() {
  const [text, setText] = useState('');
  const [result, setResult] = useState<SearchResult | null>(null);
  const [active, setActive] = useState(0);
  const [note, setNote] = useState<string | null>(null);
  const searcher = useRef<ReturnType<typeof symbolSearcher> | null>(null);
  searcher.current ??= symbolSearcher((answer) => {
    setResult(answer);
    setActive(0);
  });
  useEffect(() => () => searcher.current?.stop(), []);
  const found = result?.found ?? [];
  const isOpen = found.length > 0;

  const type = (value: string) => {
    setText(value);
    setNote(null);
    searcher.current?.type(value);
    if (value.trim() === '') setResult(null);
  };
  const close = () => {
    searcher.current?.stop();
    setText('');
    setResult(null);
  };
  const choose = (one: FoundSymbol) => {
    close();
    setNote(`Asking for ${one.written}…`);
    void addSymbol(one.symbol).then(setNote);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Escape' && (isOpen || text !== '')) {
      close();
      setNote(null);
      event.stopPropagation();
    } else if (event.key === 'Enter' && found[active] !== undefined) choose(found[active]);
    else if (step !== undefined && isOpen) setActive((active + step + found.length) % found.length);
    else return;
    event.preventDefault();
  };
  useEffect(() => document.querySelector(`#${idOf(active)}`)?.scrollIntoView({ block: 'nearest' }), [active]);
  const word =
    note ??
    result?.error ??
    (result !== null && !isOpen ? `Nothing is listed under “${result.query}”.` : null);
  return (
    <div class="symbol-search">
      <input
        type="search"
        role="combobox"
        class="symbol-search-input"
        placeholder="Add a symbol"
        aria-label="Search for a symbol to show"
        aria-expanded={isOpen}
        aria-controls="symbol-found"
        aria-autocomplete="list"
        aria-activedescendant={isOpen ? idOf(active) : undefined}
        autocomplete="off"
        spellcheck={false}
        maxLength={40}
        value={text}
        onInput={(event) => type(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        onBlur={() => {
          searcher.current?.stop();
          setResult(null);
        }}
      />
      <ul class="symbol-found" id="symbol-found" role="listbox" aria-label="Symbols found" hidden={!isOpen}>
        {found.map((one, i) => (
          <li
            key={one.symbol}
            id={idOf(i)}
            class="symbol-found-row"
            role="option"
            aria-selected={i === active}
            onPointerDown={(event) => {
              // The input keeps the focus: its blur would close the list before the click.
              event.preventDefault();
            }}
            onClick={() => choose(one)}
          >
            <strong>{one.written}</strong>
            <span class="symbol-found-name">{one.name}</span>
            <span class="symbol-found-where">
              {[one.exchange, one.type, one.watched ? 'watched' : ''].filter(Boolean).join(' · ')}
            </span>
          </li>
        ))}
      </ul>
      <p class="symbol-search-note" role="status">
        {word}
      </p>
    </div>
  );
}
