/** The public site: landing, models, status, terms, docs, and the frame that the privacy pages share; readable without a script or a cookie, never sees a call. */
export { PAGE_SCRIPT } from './page-script.ts'
export { type Piece, textOf } from './piece.ts'
export { siteRoutes } from './routes.ts'
export { answerPage, type Page, shell } from './shell.ts'
export { makeSite, type Needs, type Site } from './site.ts'
export { plainView, to, type View, viewOf } from './view.ts'
export { SITE_WORDS } from './words/index.ts'
export type { Widened } from './words/widened.ts'
