/** RSA key pairs made ahead of need, so that making them blurs no timing. */
import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';

/** Both halves as PEM: PKCS8 and SPKI. */
export interface KeyPair {
  readonly privateKey: string;
  readonly publicKey: string;
}

const STOCK = 4;
const generate = promisify(generateKeyPair);

async function makePair(): Promise<KeyPair> {
  return generate('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
}

function makePool(): { fill: () => Promise<void>; take: () => Promise<KeyPair> } {
  const pairs: Promise<KeyPair>[] = [];
  const fill = (): void => {
    while (pairs.length < STOCK) pairs.push(makePair());
  };
  return {
    /** Begins to make the stock; done once the first is there. */
    fill: async () => {
      fill();
      await Promise.race(pairs);
    },
    take: async () => {
      fill();
      // The one that is ready soonest is not always the oldest; order is what keeps each given once.
      const pair = pairs.shift();
      fill();
      return pair ?? makePair();
    },
  };
}

/** One for the process: pairs are of no world. */
export const keyPool = makePool();
