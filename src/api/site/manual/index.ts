/** The manual: the texts of docs as pages, found by words; notes nowhere what was looked for. */
export { CHAPTERS, MANUAL_NAMES, type PageName, pathOf } from './chapters.ts'
export { type Besides, entriesOf } from './entries.ts'
export { manualFrame, type Place } from './frame.ts'
export { manualPage } from './manual-page.ts'
export { type Manual, readManual } from './read-manual.ts'
export { indexOf, queryOf, searchManual } from './search.ts'
export { searchPage } from './search-page.ts'
