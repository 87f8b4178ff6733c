import { type Mutant, mutantsOf } from '../../mutants/index.ts'

/** Guards against what comes over the public listener, and of what the gateway calls; each row takes one away. */
export const EDGE_GUARDS: readonly Mutant[] = [
  ...mutantsOf('src/gateway', { test: 'src/gateway/identify.test.ts' }, [
    ['key-shape', 'a key is looked up whatever it is spelt like', "if (!isWellFormedKey(secret)) fail('key_invalid')", ''],
    [
      'managing-key-calls',
      'a key that manages an account calls models',
      "if (isManagementKey(secret)) fail('management_key_cannot_call')",
      '',
    ],
    [
      'key-digest',
      'a key is known by its beginning',
      "return hash('sha256', secret, 'hex')",
      "return hash('sha256', secret.slice(0, 30), 'hex')",
    ],
  ]),
  ...mutantsOf('src/gateway', { test: 'src/gateway/key-addresses.test.ts' }, [
    [
      'key-networks',
      'a key is used from anywhere',
      'if (!networks.some((network) => isInNetwork(address, network))) fail(',
      'if (false) fail(',
    ],
  ]),
  ...mutantsOf('src/gateway', { test: 'src/gateway/client-address.test.ts' }, [
    [
      'trusted-proxies',
      'whoever connects is believed X-Forwarded-For',
      "if (typeof forwarded !== 'string' || !isTrusted(peer)) return peer",
      "if (typeof forwarded !== 'string') return peer",
    ],
  ]),
  ...mutantsOf('src/gateway', { test: 'src/gateway/edge-only.test.ts' }, [
    [
      'edge-alone',
      'a gateway that is for an edge alone answers everybody',
      "if (!gateway.isTrustedProxy(socket.remoteAddress ?? '')) socket.destroy()",
      '',
    ],
  ]),
  ...mutantsOf('src/gateway', { test: 'src/gateway/forward-control.test.ts' }, [
    ['told-address', 'a client tells control its own address', '.filter(([name]) => name !== ADDRESS_HEADER)', ''],
    ['hop-by-hop', 'headers of one connection go on to the next', 'value !== undefined && !HOP_BY_HOP.has(name)', 'value !== undefined'],
  ]),
  ...mutantsOf('src/gateway', { test: 'src/gateway/read-body.test.ts' }, [
    ['body-bound', 'a body may be longer than it said', 'if (body.length + part.length > bytesMax) fail(', 'if (body.length < 0) fail('],
  ]),
  ...mutantsOf('src/gateway', { test: 'src/gateway/server-bounds.test.ts' }, [
    ['head-bound', 'a head may have any length and number of fields', 'maxHeaderSize: 16_384', 'maxHeaderSize: 16_384_000'],
  ]),
  ...mutantsOf('src/protocols', { test: 'src/protocols/json-scanner.test.ts' }, [
    [
      'depth-bound',
      'JSON may lie in itself as deep as it likes',
      "if (this.#depth >= this.#plan.depthMax) fail('json_too_deep', { limit: this.#plan.depthMax })",
      '',
    ],
  ]),
  ...mutantsOf('src/gateway/fast-path', { test: 'src/gateway/fast-path/plain-head.test.ts' }, [
    ['one-reading', 'the fast path takes heads that frame their message', ' && !HANDED_OVER.has(name)', ''],
  ]),
  ...mutantsOf('src/lib', { test: 'src/gateway/upstream-client/upstream-client.test.ts' }, [
    [
      'header-values',
      'what a customer wrote becomes a header of its own upstream',
      '|| !VALUE.test(value)) return undefined',
      ') return undefined',
    ],
  ]),
  ...mutantsOf('src/providers', { test: 'src/providers/providers.test.ts' }, [
    [
      'upstream-key',
      'a customer’s headers stand over ours on the way to an upstream',
      '...(isAnthropicProtocol(protocol) ? anthropicHeaders(apiKey, client) : keyHeaders(protocol, apiKey)),',
      '...(isAnthropicProtocol(protocol) ? anthropicHeaders(apiKey, client) : keyHeaders(protocol, apiKey)), ...client,',
    ],
  ]),
  ...mutantsOf('src/gateway', { test: 'src/gateway/paths.test.ts' }, [
    [
      'site-traversal',
      'a page of a model lies at any path',
      '(?!.*(?:\\.\\.|\\/\\/|\\/\\.))[A-Za-z0-9][\\w.:/@+-]{0,79}',
      '[\\w.:/@+%-]{1,80}',
    ],
    ['closed-paths', 'what is nobody’s goes on to control', 'return CONTROL_WRITES.test(path) ?', 'return true ?'],
  ]),
  ...mutantsOf('src/outbound', { test: 'src/gateway/fetcher/fetch-media.test.ts' }, [
    [
      'public-addresses',
      'what addresses in requests lead to may be our own network',
      ' || !found.every(isPublicAddress)) throw',
      ') throw',
    ],
    [
      'pinned-address',
      'a connection may lead elsewhere than it was dialled',
      'socket.remoteAddress === address',
      "socket.remoteAddress !== ''",
    ],
  ]),
  ...mutantsOf('src/gateway/fetcher', { test: 'src/gateway/fetcher/fetch-media.test.ts' }, [
    [
      'no-redirect',
      'an answer counts whatever its status says',
      "if (statusCode !== 200 || encoding !== 'identity')",
      "if (encoding !== 'identity')",
    ],
  ]),
  ...mutantsOf('src/commands/egress', { test: 'src/commands/egress/egress.test.ts' }, [
    [
      'egress-list',
      'what the rules of egress do not name is let out',
      "'counter reject with icmpx type admin-prohibited',",
      "'counter accept',",
    ],
  ]),
]
