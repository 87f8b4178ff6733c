import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { Abi } from 'viem'
import { encodeFunctionData } from 'viem/utils'
import { z } from 'zod'
import { rpcOverHttp } from '../../../src/payments/rails/usdc/index.ts'
import { freePort } from '../../free-port.ts'
import { NotRunError } from '../../harness/index.ts'
import { until } from '../../parallel.ts'

const ANVIL = fileURLToPath(new URL('../../../node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil', import.meta.url))
const SOURCE = new URL('./dollar.sol', import.meta.url)

/** A real EVM of our own, with accounts that it signs for itself. */
export type Evm = {
  readonly url: string
  readonly ask: (method: string, ...params: readonly unknown[]) => Promise<unknown>
  /** The address of a new contract. */
  readonly deploy: (contract: 'Dollar' | 'Splitter') => Promise<string>
  /** Calls a contract in a transaction of the first account; resolves with its hash once it is in a block, whether it succeeded or not. */
  readonly send: (call: EvmCall) => Promise<string>
  readonly stop: () => Promise<void>
}

/** A call of a contract that changes something. */
export type EvmCall = {
  readonly contract: 'Dollar' | 'Splitter'
  readonly to: string
  readonly name: string
  readonly args: readonly unknown[]
}

/** Starts anvil; throws NotRunError where its binary is not there. Source: getfoundry.sh/anvil, as of 2026-11-26. */
export async function startEvm(): Promise<Evm> {
  if (!existsSync(ANVIL)) throw new NotRunError('there is no anvil for this machine')
  const contracts = compile()
  const port = await freePort()
  const child = spawn(ANVIL, ['--port', String(port), '--chain-id', '8453', '--silent'], { stdio: 'ignore' })
  const url = `http://127.0.0.1:${port}`
  const call = rpcOverHttp(url)
  const ask = (method: string, ...params: readonly unknown[]): Promise<unknown> => call(method, params)
  const isUp = (): Promise<boolean> =>
    ask('eth_chainId').then(
      () => true,
      () => false,
    )
  if (!(await until(isUp, (is) => is, 30_000))) throw new NotRunError('anvil does not start here')
  const [sender] = z.array(z.string()).parse(await ask('eth_accounts'))
  const inBlock = async (transaction: object): Promise<z.infer<typeof receipt>> => {
    const hash = await ask('eth_sendTransaction', { from: sender, gas: '0x2dc6c0', ...transaction })
    const found = await until(
      () => ask('eth_getTransactionReceipt', hash),
      (answer) => answer !== null,
      30_000,
    )
    return receipt.parse(found)
  }
  return {
    ...{ url, ask },
    deploy: async (contract) => (await inBlock({ data: `0x${contracts[contract].evm.bytecode.object}` })).contractAddress ?? '',
    send: async ({ contract, to, name, args }) => {
      const data = encodeFunctionData({ abi: contracts[contract].abi as Abi, functionName: name, args })
      return (await inBlock({ to, data })).transactionHash
    },
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve())
        child.kill()
      }),
  }
}

const receipt = z.object({ transactionHash: z.string(), contractAddress: z.string().nullable().optional() })
const contract = z.object({ abi: z.array(z.unknown()), evm: z.object({ bytecode: z.object({ object: z.string() }) }) })
const compiled = z.object({ contracts: z.object({ 'dollar.sol': z.object({ Dollar: contract, Splitter: contract }) }) })

function compile() {
  const { compile: run }: { readonly compile: (input: string) => string } = createRequire(import.meta.url)('solc')
  const input = {
    language: 'Solidity',
    sources: { 'dollar.sol': { content: readFileSync(SOURCE, 'utf8') } },
    settings: { evmVersion: 'paris', outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } } },
  }
  return compiled.parse(JSON.parse(run(JSON.stringify(input)))).contracts['dollar.sol']
}
