/** @module Keep-alive connections to upstreams in HTTP/1.1, and shared ones in HTTP/2 for streams, for calls whose body is at hand; it never repeats a request and never looks into a body. */
export type { ReplyControl, ReplyHandler } from './reply-handler.ts'
export { type RequestHead, requestHead, UpstreamClient, type UpstreamRequest } from './upstream-client.ts'
export { UPSTREAM_TIMEOUTS, UpstreamClientError } from './upstream-client-error.ts'
