/** An authority that speaks ACME (RFC 8555) over TLS with a certificate of its own making. Never leaves this machine. */
export { type AcmeManner, type SimAcme, startSimAcme } from './server.ts'
