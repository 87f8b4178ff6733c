import type { CheckContext, Measured } from '../harness/index.ts'
import { ruledCalls } from '../ruled-calls.ts'

/** CL-local: a key or a call that is for machines of the operator's own reaches no other, whatever fails. */
export const localOnly = (context: CheckContext): Promise<Measured> =>
  ruledCalls(context, {
    upstreams: {
      'own-machine': { placement: 'local' },
      'third-one': { placement: 'third_party' },
      'third-named-local': { placement: 'third_party', privacy: { retention: 'none', training: 'no', country: 'DE' } },
      'third-unsaid': {},
    },
    right: 'own-machine',
    routing: { local_only: true },
    headers: { 'x-farebox-local-only': '1' },
  })
