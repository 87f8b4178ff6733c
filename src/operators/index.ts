/** Operators with tokens of their own, so that two of them can be told apart. Never keeps a token, only its hash. */
export {
  createOperator,
  findOperator,
  listOperators,
  type NamedOperator,
  OPERATOR_NAME,
  operatorTokenOf,
  revokeOperator,
} from './operator-token.ts'
export { OPERATOR_DATA } from './personal-data.ts'
