/** A real browser over a real server: opens pages, keeps pictures of them, looks for what shuts people out. Never reaches past a page. */
export { type Browsing, openBrowser, SIZES, skipWithoutBrowser } from './browser.ts'
