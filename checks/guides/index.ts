/** The guides of the documentation, typed as they stand; never changes what a page says but for addresses and the names of what it made. */
export { GUIDES } from './pages.ts'
export { typedGuides } from './typed.ts'
