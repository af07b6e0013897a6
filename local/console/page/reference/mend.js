/**
 * What the viewer leaves out for people who do not see the page, or have no mouse; each by a rule of WAI-ARIA
 * that axe-core names.
 */

/**
 * @param {HTMLElement} root
 * @param {string} selector
 * @param {(found: HTMLElement) => void} change
 */
function each(root, selector, change) {
  for (const found of root.querySelectorAll(selector)) {
    if (found instanceof HTMLElement) change(found);
  }
}

/** How many places for lists there have been: each needs a name of its own. */
let choices = 0;

/** @param {HTMLElement} root */
function mendNames(root) {
  each(root, '[role="combobox"]:not([aria-expanded])', (input) => {
    input.setAttribute('aria-expanded', 'false');
  });
  each(root, 'input[role="combobox"]:not([id], [aria-label], [aria-labelledby])', (input) => {
    input.setAttribute('aria-label', 'Search');
  });
  each(root, '[role="listbox"] > div:not([role])', (group) => {
    group.setAttribute('role', 'group');
  });
  // In a narrow window, an icon is all that there is of some.
  each(root, 'a[href]:has(> svg):not([aria-label])', (link) => {
    if (link.innerText.trim() !== '') return;
    link.setAttribute('aria-label', link.textContent.trim() || (link.getAttribute('href') ?? ''));
  });
  // Where lists open, outside of the page's landmarks.
  each(root, 'body > .scalar-app:not([id], [role])', (place) => {
    place.setAttribute('role', 'region');
    place.setAttribute('aria-label', `Choices ${++choices}`);
  });
  each(root, 'button[data-headlessui-focus-guard][aria-hidden]', (guard) => {
    guard.removeAttribute('aria-hidden');
    guard.setAttribute('aria-label', 'Back to the page');
  });
  each(root, 'button[role="none"]', (button) => button.removeAttribute('role'));
  each(root, 'button[aria-controls]:not([aria-expanded])', (control) => {
    if (document.getElementById(control.getAttribute('aria-controls') ?? '') === null) {
      control.removeAttribute('aria-controls');
    }
  });
  each(root, '.cm-content:not([aria-label])', (editor) => {
    editor.setAttribute('aria-label', editor.isContentEditable ? 'Request body' : 'Response body');
  });
  // What cannot be edited gets no focus, and could not be scrolled by the keyboard.
  each(root, '.cm-scroller:has([contenteditable="false"])', (scroller) => {
    scroller.tabIndex = 0;
  });
  each(root, '.scalar-client > section[aria-label]', (messages) => {
    messages.setAttribute('aria-label', 'Messages of the request');
  });
  each(root, 'input.scalar-password-input', (input) => {
    input.setAttribute('placeholder', 'Paste a token: it is not kept');
  });
}

/**
 * Moves the focus into a panel, which may not have been laid out yet.
 *
 * @param {HTMLElement} panel
 */
function enter(panel) {
  const isOpen = panel.closest('.scalar-client--open') !== null;
  if (!isOpen || panel.contains(document.activeElement)) return;
  panel.focus();
  requestAnimationFrame(() => enter(panel));
}

/**
 * Adds what is missing, now and after each change of the page, and moves the focus into the panel that tries a
 * request, and back.
 *
 * @param {HTMLElement} root
 */
export function keepMended(root) {
  /** @type {Element | null | undefined} */
  let opener;
  const mend = () => {
    mendNames(root);
    const panel = root.querySelector('.scalar-client--open [role="dialog"]');
    const focused = document.activeElement;
    each(root, '.bar, .t-doc__sidebar, .t-doc__header, .references-rendered', (behind) => {
      behind.inert = panel !== null;
    });
    if (panel instanceof HTMLElement && opener === undefined) {
      opener = focused;
      enter(panel);
    } else if (panel === null && opener !== undefined) {
      if (opener instanceof HTMLElement) opener.focus();
      opener = undefined;
    }
  };
  // The editor of a body would indent at a Tab, and never let go of the focus.
  const letGo = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== 'Tab' || !(event.target instanceof Element)) return;
    if (event.target.closest('.cm-content') !== null) event.stopPropagation();
  };
  root.addEventListener('keydown', letGo, { capture: true });
  const observer = new MutationObserver(mend);
  observer.observe(root, { subtree: true, childList: true, attributeFilter: ['class', 'role'] });
  mend();
}
