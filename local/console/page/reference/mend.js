/** @param {ParentNode} root */
function mend(root) {
  for (const editor of root.querySelectorAll('[role="combobox"]:not([aria-expanded])')) {
    editor.setAttribute('aria-expanded', 'false');
  }
}

/**
 * Adds what the viewer leaves out for those who do not see the page, now and after each change of it.
 *
 * @param {HTMLElement} root
 */
export function keepMended(root) {
  const observer = new MutationObserver(() => mend(root));
  observer.observe(root, { subtree: true, childList: true });
  mend(root);
}
