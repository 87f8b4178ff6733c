import { readPaymentSettings } from '../../catalog/index.ts'
import { ExtendedKeyError, probeUsdc, type UsdcProbe } from '../../payments/index.ts'
import { ConfigRefusedError } from '../../spec/index.ts'
import { type Check, configOf, type Finding, plain, type Setup } from './finding.ts'

/** Whether the xpub can be used, and whether every endpoint of every chain serves it and agrees with the others. */
export const checkUsdc: Check = async (setup) => {
  const settings = usdcOf(setup)
  if (settings === undefined) return [plain('ok', 'USDC', 'none is taken (payments.usdc)')]
  try {
    return findingsOf(await probeUsdc(settings))
  } catch (thrown) {
    if (!(thrown instanceof ExtendedKeyError)) throw thrown
    return [plain('failed', 'USDC', `payments.usdc.xpub: ${thrown.message}`)]
  }
}

function usdcOf(setup: Setup) {
  const config = configOf(setup)
  if (config === undefined) return undefined
  try {
    return readPaymentSettings(config, setup.environment).usdc
  } catch (thrown) {
    // The check of the catalogue tells what is wrong with the file.
    if (thrown instanceof ConfigRefusedError) return undefined
    throw thrown
  }
}

const findingsOf = ({ firstAddress, chains }: UsdcProbe): readonly Finding[] => [
  plain('ok', 'USDC', `the first address is ${firstAddress}; the wallet has to show the same`),
  ...chains.flatMap(({ name, halt, finalBlock, latestBlock, endpoints }) => [
    halt === undefined
      ? plain('ok', `USDC on ${name}`, `final up to block ${finalBlock} of ${latestBlock}`)
      : plain('failed', `USDC on ${name}`, `nothing would be credited: ${halt} (docs/payments-usdc.md)`),
    ...endpoints.flatMap((fault, index) =>
      fault === undefined ? [] : [plain('warning', `USDC on ${name}`, `the endpoint number ${index + 1} of rpc: ${fault}`)],
    ),
  ]),
]
