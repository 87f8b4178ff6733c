/**
 * Truthful fakes of upstreams: they speak the providers' protocols, know the tokens they really sent, keep a set pace and misbehave
 * on command; for tests, checks, benchmarks and the built-in sandbox. Never talks to a provider, never logs, never writes a file.
 */
export { awsMessage } from './bedrock.ts'
export { type BilledCall, type ReportFault, type ReportManner, SimBilling } from './billing.ts'
export type { SimCall } from './calls.ts'
export { type Certificate, certificateFor } from './certificate.ts'
export type { Listen } from './exchange.ts'
export { type ExpiredTlsUpstream, expiredCertificate, startExpiredTlsUpstream } from './expired-tls.ts'
export { isSimFaultName, protocolsOf, SIM_FAULTS, type SimExpectation, type SimFault, type SimFaultName } from './faults.ts'
export { PICTURES, type SimOutside, type SimOutsideOptions, startSimOutside } from './outside.ts'
export { type SimProcess, startSimProcess } from './process.ts'
export { cutIntoPieces, prose, type SeededRandom, seededRandom, sentence, toolArguments } from './prose.ts'
export { type RealtimePart, type SimRealtime, startSimRealtime, type Tokens } from './realtime/index.ts'
export { listRecordings, RECORDINGS_DIRECTORY, type Recording, type RecordingProtocol } from './recordings.ts'
export { NO_PARTS, type TrueParts, type TrueUsage } from './reply.ts'
export type { PromptMessage, SimProtocol, SimRequest } from './request.ts'
export { SANDBOX_ANSWER_MODEL, SANDBOX_MODEL, type Sandbox, sandboxHandler, startSandbox } from './sandbox.ts'
export type { SimScript } from './script.ts'
export { type SyntheticStream, syntheticStreams } from './synthetic.ts'
export { loadTokenizer, type Tokenizer } from './tokens.ts'
export { startUploadUpstream, UPLOAD_USAGE, type UploadScript, type UploadUpstream } from './upload-upstream.ts'
export { type SimUpstream, type SimUpstreamOptions, startSimUpstream } from './upstream.ts'
