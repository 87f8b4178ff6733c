/** Whether answers hold what their routes declare and nothing else, for tests and checks. Never imported by the product. */
export { strangersIn } from './strangers.ts'
export { type ToldAnswer, undeclaredIn } from './undeclared.ts'
