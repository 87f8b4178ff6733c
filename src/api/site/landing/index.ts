/** The first page; never claims what no check shows. */
export { landingPage, promisesOf } from './page.ts'
