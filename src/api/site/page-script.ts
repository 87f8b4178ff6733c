/**
 * What a page does where scripts run, which it does not need: buttons that copy, and times in the reader's zone with UTC on hover. It writes
 * text alone, never markup, and sends nothing.
 */
export const PAGE_SCRIPT = `
'use strict';
(() => {
  const root = document.documentElement;
  for (const figure of document.querySelectorAll('.code')) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'copy';
    button.textContent = root.dataset.copy;
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText(figure.querySelector('code').textContent);
      button.textContent = root.dataset.copied;
      setTimeout(() => { button.textContent = root.dataset.copy; }, 2000);
    });
    if (navigator.clipboard) figure.append(button);
  }
  const locale = navigator.languages.find((one) => one.slice(0, 2) === root.lang.slice(0, 2)) ?? root.lang;
  for (const time of document.querySelectorAll('time[data-local]')) {
    time.title = time.textContent;
    time.textContent = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(time.dateTime));
  }
})();
`
