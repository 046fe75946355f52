// node peers.mjs PEER MATERIAL SECONDS   one npm package's rows, in the form of Google Benchmark's JSON

import { createPrivateKey, createPublicKey, createSecretKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import fastJwt from 'fast-jwt'
import jsonwebtoken from 'jsonwebtoken'
import { jwtVerify, SignJWT } from 'jose'

const [peer, file, seconds] = process.argv.slice(2)
const material = JSON.parse(readFileSync(file, 'utf8'))

// What is prepared once per key, and what is left for each request.
const peers = {
  'fast-jwt': (algorithm, own) => fastJwtPair(algorithm, own, false),
  'fast-jwt (cache)': (algorithm, own) => ({ verify: fastJwtPair(algorithm, own, true).verify }),

  // A string in place of the KeyObject costs fifty times as much.
  jsonwebtoken(algorithm, own) {
    if (algorithm === 'EdDSA') return {}
    const { privateKey, publicKey } = keyObjects(own)
    return {
      verify: token => jsonwebtoken.verify(token, publicKey, { algorithms: [algorithm] }),
      sign: () => jsonwebtoken.sign(material.claims, privateKey, { algorithm, noTimestamp: true })
    }
  },

  jose(algorithm, own) {
    const { privateKey, publicKey } = keyObjects(own)
    const header = { alg: algorithm, typ: 'JWT' }
    return {
      verify: token => jwtVerify(token, publicKey, { algorithms: [algorithm] }),
      sign: () => new SignJWT(material.claims).setProtectedHeader(header).sign(privateKey)
    }
  }
}

function fastJwtPair(algorithm, own, cache) {
  const publicKey = own.secret ?? own.public_pem
  const key = own.secret ?? own.private_pem
  const sign = fastJwt.createSigner({ key, algorithm, noTimestamp: true })
  return {
    verify: fastJwt.createVerifier({ key: publicKey, algorithms: [algorithm], cache }),
    sign: () => sign(material.claims)
  }
}

function keyObjects(own) {
  if (own.secret !== undefined) {
    const key = createSecretKey(Buffer.from(own.secret))
    return { privateKey: key, publicKey: key }
  }
  return {
    privateKey: createPrivateKey(own.private_pem),
    publicKey: createPublicKey(own.public_pem)
  }
}

async function spentOn(operation, count, isAsync) {
  const start = process.cpuUsage()
  if (isAsync) for (let i = 0; i < count; i++) await operation()
  else for (let i = 0; i < count; i++) operation()
  const { user, system } = process.cpuUsage(start)
  return (user + system) * 1000
}

/// CPU time of the process per call, once the compiler has seen enough of it.
async function cpuNs(operation) {
  const wanted = Number(seconds) * 1e9
  const warm = Math.max(wanted, 0.3e9)
  const first = operation()
  const isAsync = first instanceof Promise // awaiting what is no promise would cost the others
  await first
  let count = 10
  for (;;) {
    const spent = await spentOn(operation, count, isAsync)
    if (spent > warm / 2) {
      count = Math.ceil((count * wanted) / spent)
      break
    }
    count *= 2
  }
  return (await spentOn(operation, count, isAsync)) / count
}

async function mustRefuse(verify, token) {
  try {
    await verify(token)
  } catch {
    return
  }
  throw new Error(`${peer} takes a forged or expired token`)
}

const rows = []
for (const [algorithm, own] of Object.entries(material.algorithms)) {
  const { verify, sign } = peers[peer](algorithm, own)
  const operations = {}
  if (verify) {
    await mustRefuse(verify, own.forged)
    await mustRefuse(verify, own.expired)
    operations.verify = () => verify(own.token)
  }
  if (sign) {
    await verify(await sign())
    operations.sign = sign
  }
  for (const [verb, operation] of Object.entries(operations)) {
    const name = `${verb} ${algorithm}/${peer}`
    rows.push({ name, run_type: 'iteration', cpu_time: await cpuNs(operation) })
  }
}
console.log(JSON.stringify({ benchmarks: rows }))
