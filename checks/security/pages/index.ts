/** SEC-10: pages in a real browser with hostile words in all that they show, and what other sites can make a browser do. */
export { hostilePages } from './hostile-pages.ts'
