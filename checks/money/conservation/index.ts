/** Random histories of money with crashes anywhere, and what has to hold after each step; touches no world but databases of its own. */
export { conservation } from './run.ts'
