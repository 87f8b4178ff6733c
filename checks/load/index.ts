/** Checks of how Farebox carries much: rows of months, and what is asked of them. Judges times, so nothing as urgent runs beside it. */
export { ninetyDays } from './ninety-days.ts'
