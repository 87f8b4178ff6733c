/** Flows of abuse and what stands against each: farming of accounts and credit, trying of cards, keys in the hands of others. Attacks no server but its own. */
export { abuseFlows } from './abuse-flows.ts'
