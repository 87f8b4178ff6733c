import { NotRunError, type RunCheck } from '../harness/index.ts'

/**
 * MON-22: a conformance suite of somebody else runs on the ledger. One was found (the Ledger Conformance Kit, fifteen invariants, Apache-2.0);
 * as long as it cannot be installed from a package registry, there is nothing to run, and that is said.
 */
export const outsideReferee: RunCheck = () =>
  Promise.reject(
    new NotRunError(
      'the Ledger Conformance Kit, the one outside suite that was found, is served by no package registry that could be reached (versions 1.0.0 and 1.1.0 tried); it also needs Java 21, and moves between customers, which Farebox has only as a withdrawal and a credit',
    ),
  )
