type Line = Readonly<Record<string, unknown>>;
type Matcher = (line: Line) => boolean;

const TOKEN = /\s*(?:(&&|\|\||[(){}]|!=|=|\$(?:\.[\w-]+)+)|"([^"]*)")/y;

/**
 * The part of CloudWatch's JSON filter patterns that our metric filters use: `=` and `!=` with a quoted
 * text, which may begin or end with `*`, joined by `&&`, `||` and parentheses; `&&` binds closer. A
 * field that is no text or number matches nothing.
 *
 * Source: CloudWatch Logs User Guide, "Filter pattern syntax", matching terms in JSON log events.
 *
 * @throws SyntaxError for anything else
 */
export function filterPattern(pattern: string): Matcher {
  const tokens = tokensOf(pattern);
  const next = () => tokens.shift() ?? fail(pattern, 'its end');
  const expect = (symbol: string) => {
    const token = next();
    if (token.symbol !== symbol) fail(pattern, token.symbol ?? token.text);
  };

  function either(): Matcher {
    const parts = [both()];
    while (tokens[0]?.symbol === '||') {
      next();
      parts.push(both());
    }
    return (line) => parts.some((part) => part(line));
  }

  function both(): Matcher {
    const parts = [term()];
    while (tokens[0]?.symbol === '&&') {
      next();
      parts.push(term());
    }
    return (line) => parts.every((part) => part(line));
  }

  function term(): Matcher {
    const { symbol = '' } = next();
    if (symbol === '(') {
      const inner = either();
      expect(')');
      return inner;
    }
    const operator = next().symbol;
    const { text } = next();
    if (!symbol.startsWith('$.') || text === undefined || !/^!?=$/.test(operator ?? '')) {
      return fail(pattern, symbol);
    }
    return (line) => {
      const value = fieldOf(line, symbol);
      if (value === undefined) return false;
      return isLike(value, text) === (operator === '=');
    };
  }

  expect('{');
  const matcher = either();
  expect('}');
  if (tokens.length > 0) fail(pattern, tokens[0]?.symbol);
  return matcher;
}

/** The value of a field such as `$.status`, as text; `undefined` if the line has none that counts. */
export function fieldOf(line: Line, selector: string): string | undefined {
  let value: unknown = line;
  for (const key of selector.split('.').slice(1)) value = (Object(value) as Line)[key];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

function isLike(value: string, text: string): boolean {
  const [isOpenAtStart, isOpenAtEnd] = [text.startsWith('*'), text.endsWith('*')];
  const core = text.slice(isOpenAtStart ? 1 : 0, isOpenAtEnd ? -1 : undefined);
  if (core.includes('*')) fail(text, '*');
  if (isOpenAtStart && isOpenAtEnd) return value.includes(core);
  if (isOpenAtStart) return value.endsWith(core);
  return isOpenAtEnd ? value.startsWith(core) : value === core;
}

function tokensOf(pattern: string): { readonly symbol?: string; readonly text?: string }[] {
  const tokens = [];
  TOKEN.lastIndex = 0;
  const end = pattern.trimEnd().length;
  while (TOKEN.lastIndex < end) {
    const [match, symbol, text] = TOKEN.exec(pattern) ?? [];
    if (match === undefined) return fail(pattern, 'a character that has no meaning');
    tokens.push({ ...(symbol !== undefined && { symbol }), ...(text !== undefined && { text }) });
  }
  return tokens;
}

function fail(pattern: string, what: string | undefined): never {
  throw new SyntaxError(`${pattern}: did not expect ${what}`);
}
