import { OPERATOR_IDLE_HOURS } from '../operators/index.ts'
import { hostCookie } from './cookie.ts'

/** The one cookie of the operator listener. */
export const OPERATOR_COOKIE = '__Host-farebox-operator'

/** The session of an operator's browser. */
export const operatorCookie = hostCookie(OPERATOR_COOKIE, OPERATOR_IDLE_HOURS)
