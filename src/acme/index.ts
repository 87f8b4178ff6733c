/** Certificates from an authority over ACME, kept and renewed by the process that has the data directory. Never serves anything in plain HTTP but the tokens that an authority asks for. */
export { ACME_ADVICE, type AcmeCode, AcmeError } from './acme-error.ts'
export { certificateDays } from './certificate-days.ts'
export { acmeFilesOf, readCertificate, readState, waitOf } from './certificate-files.ts'
export { type KeepingParts, keepCertificate } from './keep-certificate.ts'
export { ensurePair } from './stand-in.ts'
