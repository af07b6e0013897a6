/**
 * The element with an id, which the page has.
 *
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} type
 * @returns {T}
 */
export function byId(id, type) {
  const found = document.getElementById(id);
  if (found instanceof type) return found;
  throw new Error(`the page has no ${type.name} #${id}`);
}

/**
 * A new element. Children are elements or text: nothing is ever read as HTML.
 *
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Readonly<Record<string, string>>} attributes
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/**
 * Turns what is shown into something newer. What is the same stays, so that a link can be clicked and a
 * text be selected while others change.
 *
 * @param {ChildNode} shown
 * @param {ChildNode} next
 */
export function become(shown, next) {
  if (shown.isEqualNode(next)) return;
  const [parts, nextParts] = [[...shown.childNodes], [...next.childNodes]];
  const isSame = shown.cloneNode(false).isEqualNode(next.cloneNode(false));
  if (!isSame || parts.length !== nextParts.length) {
    shown.replaceWith(next);
    return;
  }
  for (const [index, part] of parts.entries()) {
    const nextPart = nextParts[index];
    if (nextPart !== undefined) become(part, nextPart);
  }
}

/**
 * A list of terms with their descriptions.
 *
 * @param {readonly (readonly [term: string, ...says: (Node | string)[]])[]} pairs
 */
export function terms(pairs) {
  return make(
    'dl',
    {},
    ...pairs.map(([term, ...says]) =>
      make('div', {}, make('dt', {}, term), make('dd', {}, ...says)),
    ),
  );
}
