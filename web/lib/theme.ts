import { readKept, writeKept } from './kept.ts'

export type Theme = 'light' | 'dark' | 'auto'

/** The theme that was chosen here; `auto` goes by the system. */
export function readTheme(): Theme {
  const kept = readKept('farebox.theme')
  return kept === 'light' || kept === 'dark' ? kept : 'auto'
}

/** Shows pages in a theme, and goes on so. */
export function showTheme(theme: Theme): void {
  if (theme === 'auto') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme
  writeKept('farebox.theme', theme === 'auto' ? undefined : theme)
}
