// Writes what gateways say of failures, in English and Chinese, for the playground: `node tests/tidy/write-gateway-words.ts`.
import { writeFileSync } from 'node:fs'
import { GATEWAY_WORDS, gatewayTemplates } from './gateway-words.ts'

writeFileSync(GATEWAY_WORDS, gatewayTemplates())
