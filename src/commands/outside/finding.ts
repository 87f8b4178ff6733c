/** What became of a claim: it holds as far as anybody outside can see, it does not, or it was not tried, and why. */
export type Finding = { readonly claim: string; readonly result: 'shown' | 'broken' | 'not tried'; readonly what: string }

/** A finding of a claim that `holds`, or of what speaks against it. */
export const judged = (claim: string, holds: boolean, what: string): Finding => ({ claim, result: holds ? 'shown' : 'broken', what })

/** A claim that was left out, and why. */
export const untried = (claim: string, why: string): Finding => ({ claim, result: 'not tried', what: why })

/** What no request from outside can show, and what shows it instead. */
export const NOT_FROM_OUTSIDE: readonly (readonly [claim: string, instead: string])[] = [
  ['that nothing said is written to a disk, a log or a table', 'PRV-01 and PRV-03, run on your own copy: npm run prove -- PRV-01'],
  ['that memory is cleared, not swapped and in no core file', 'PRV-07, PRV-08, PRV-09'],
  ['that nobody can switch on looking into content', 'PRV-16, and the source'],
  ['that nothing is passed to others than the upstream that is named', 'PRV-04, and the egress rules of the operator'],
  ['that records are deleted when they are due', 'PRV-10, PRV-11'],
  ['what the upstreams themselves keep', 'their contracts; /v1/models shows what the operator has evidence of'],
  ['that the server runs the code that was published', 'nothing: it needs hardware that attests'],
]
