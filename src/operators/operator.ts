import type { OperatorRole } from './role.ts'

/** Who asks at the operator listener, as they were found by a token or a session. */
export type Operator = {
  /** Undefined for the token of the configuration, which is nobody by name. */
  readonly id: string | undefined
  readonly name: string
  readonly role: OperatorRole
  /** How the audit log names them. */
  readonly actor: string
}

/** Who has the token of the configuration: an owner that nobody can take away. */
export const TOKEN_OWNER: Operator = { id: undefined, name: 'operator-token', role: 'owner', actor: 'operator-token' }

/** What names of operators look like. */
export const OPERATOR_NAME = /^[a-z][a-z0-9._-]{0,39}$/

/** An operator of the database. */
export const operatorOf = ({ id, name, role }: { readonly id: string; readonly name: string; readonly role: OperatorRole }): Operator => ({
  ...{ id, name, role },
  actor: `operator:${name}`,
})
