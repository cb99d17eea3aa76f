import { Button, Popover, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { SearchIcon } from '../ui/icons';

interface Warning {
  message: string;
  start: number;
  end: number;
}

interface Props {
  label: string;
  placeholder: string;
  /** What can be written here. */
  help: ReactNode;
  query: string;
  warnings: readonly Warning[];
  /** `settled` is a deliberate search (Enter), not typing. */
  onQuery: (query: string, settled: boolean) => void;
}

/** The text in pieces: what the server did not understand is marked. */
function marked(text: string, warnings: readonly Warning[]) {
  const pieces: { text: string; bad: boolean }[] = [];
  let at = 0;
  for (const warning of warnings.toSorted((a, b) => a.start - b.start)) {
    if (warning.start < at) continue;
    pieces.push({ text: text.slice(at, warning.start), bad: false });
    pieces.push({ text: text.slice(warning.start, warning.end), bad: true });
    at = warning.end;
  }
  return [...pieces, { text: text.slice(at), bad: false }];
}

/** The search language: typed here, kept in the address, with unknown terms underlined where they stand. */
export function QueryBox({ label, placeholder, help, query, warnings, onQuery }: Props) {
  const [text, setText] = useState(query);
  const input = useRef<HTMLInputElement>(null);
  const underlay = useRef<HTMLDivElement>(null);
  const send = useDebouncedCallback((value: string) => onQuery(value, false), 300);
  const [sent, setSent] = useState(query);
  // The address changed by another hand: Back, a filter, a link.
  if (query !== sent) {
    setSent(query);
    if (query !== text.trim()) setText(query);
  }
  useEffect(() => () => send.cancel(), [send]);
  const marks = text === query ? warnings : [];
  return (
    <form
      role="search"
      className="query"
      onSubmit={(event) => {
        event.preventDefault();
        send.cancel();
        onQuery(text.trim(), true);
      }}
    >
      <div className="query-field">
        <div className="query-underlay" aria-hidden="true" ref={underlay}>
          {marked(text, marks).map((piece, index) =>
            piece.bad ? <mark key={index}>{piece.text}</mark> : <span key={index}>{piece.text}</span>,
          )}
        </div>
        <TextInput
          ref={input}
          classNames={{ input: 'query-input' }}
          aria-label={label}
          aria-describedby={marks.length > 0 ? 'query-warnings' : undefined}
          placeholder={placeholder}
          spellCheck={false}
          autoComplete="off"
          autoCapitalize="off"
          leftSection={<SearchIcon />}
          value={text}
          onScroll={(event) => {
            if (underlay.current) underlay.current.scrollLeft = event.currentTarget.scrollLeft;
          }}
          onChange={(event) => {
            setText(event.currentTarget.value);
            send(event.currentTarget.value.trim());
          }}
        />
      </div>
      <Popover width={420} position="bottom-end" withArrow shadow="md">
        <Popover.Target>
          <Button variant="default">Syntax</Button>
        </Popover.Target>
        <Popover.Dropdown>{help}</Popover.Dropdown>
      </Popover>
      {marks.length > 0 && (
        <ul className="query-warnings" id="query-warnings">
          {marks.map((warning) => (
            <li key={`${warning.start}|${warning.message}`}>
              <code>{text.slice(warning.start, warning.end)}</code> {warning.message}
            </li>
          ))}
        </ul>
      )}
    </form>
  );
}
