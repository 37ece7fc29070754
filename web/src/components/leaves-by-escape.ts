/** Is this an Escape that nothing lying over the page, a dialog or an explanation, takes for itself? */
export const leavesByEscape = (event: KeyboardEvent): boolean =>
  event.key === 'Escape' && document.querySelector('dialog[open], :popover-open') === null;
