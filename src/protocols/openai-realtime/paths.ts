/** Where sessions are opened. */
export const REALTIME_PATHS: readonly string[] = ['/v1/realtime', '/api/proxy/realtime', '/api/proxy/v1/realtime']
