import { z } from '@hono/zod-openapi'
import { OPERATOR_NAME } from '../../operators/index.ts'
import { time } from './fields.ts'

const NAME_EXPECTED = 'lower-case letters, digits, dots, dashes and underscores, at most 40, a letter first'

/** An operator who gets a token of their own. */
export const operatorInput = z.strictObject({ name: z.string(NAME_EXPECTED).regex(OPERATOR_NAME, NAME_EXPECTED) }).openapi('NewOperator')

/** An operator with a token of their own. */
export const operatorShown = z.object({ name: z.string(), created_at: time, revoked_at: time.nullable() }).openapi('Operator')

/** A new operator: the only answer that ever holds their token. */
export const operatorMade = operatorShown.extend({ secret: z.string() }).openapi('MadeOperator')

/** All operators with tokens of their own. */
export const operatorList = z.object({ data: z.array(operatorShown) })
