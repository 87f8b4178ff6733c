/** The texts of the site in English, one file for each page; holds no figure that could change. */
export { DOCS, ERRORS, REFERENCE } from './docs.ts'
export { FRAME } from './frame.ts'
export { LANDING } from './landing.ts'
export { MANUAL } from './manual.ts'
export { MODELS } from './models.ts'
export { STATUS } from './status.ts'
export { TEXTS } from './texts.ts'
