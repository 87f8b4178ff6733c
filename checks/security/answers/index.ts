/** SEC-04: what answers may hold; it asks every door of a live server and looks at nothing but what comes back. */
export { answersDeclared } from './answers-declared.ts'
