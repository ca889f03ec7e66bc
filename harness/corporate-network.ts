/**
 * A corporate network in small: a CONNECT proxy with a password, which leads every host to one TLS terminator whose
 * certificate nobody outside knows, and which passes everything on to the simulator. GitHub is an Enterprise Server there.
 */
import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { request as send } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import * as x509 from '@peculiar/asn1-x509';

/** Where GitHub is. */
export const ENTERPRISE = 'ghe.acme.example';

export interface Network {
  /** The simulator's environment, as it is behind the proxy: every service at its own host. */
  readonly env: Readonly<Record<string, string>>;
  /** Path of the PEM that makes the terminator's certificate trusted. */
  readonly authority: string;
  /** Hosts that were asked for, with whether the proxy let them pass. */
  readonly connections: { readonly host: string; readonly isLetIn: boolean }[];
  readonly stop: () => Promise<void>;
}

const HOSTS = ['*.googleapis.com', '*.actions.githubusercontent.com', ENTERPRISE];
const SHA256_WITH_RSA = '1.2.840.113549.1.1.11';
const COMMON_NAME = '2.5.4.3';

/** @param password - `user:password` of the proxy */
export async function startNetwork(
  url: string,
  env: Readonly<Record<string, string>>,
  password: string,
): Promise<Network> {
  const { certificate, key } = inspectionCertificate();
  const authority = join(mkdtempSync(join(tmpdir(), 'authority-')), 'ca.pem');
  writeFileSync(authority, certificate);
  const terminator = createTlsServer({ key, cert: certificate }, (incoming, outgoing) => {
    // Where Enterprise Server has its API.
    const to = new URL((incoming.url ?? '').replace(/^\/api\/v3/, ''), url);
    const headers = { ...incoming.headers, host: to.host };
    const onward = send(to, { method: incoming.method, headers }, (reply) => {
      outgoing.writeHead(reply.statusCode ?? 500, reply.headers);
      reply.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  await listening(terminator);
  const connections: Network['connections'] = [];
  const proxy = startConnectProxy(portOf(terminator), password, connections);
  const open = new Set<Socket>();
  for (const server of [terminator, proxy]) server.on('connection', (socket: Socket) => open.add(socket));
  await listening(proxy);
  const direct = Object.entries(env).filter(([name]) => !name.startsWith('CLOUDSDK_') && name !== 'PUBLIC_API_URL');
  return {
    env: {
      ...Object.fromEntries(direct),
      GITHUB_API_URL: `https://${ENTERPRISE}/api/v3`,
      GITHUB_SERVER_URL: `https://${ENTERPRISE}`,
      ACTIONS_ID_TOKEN_REQUEST_URL: atRunner(env['ACTIONS_ID_TOKEN_REQUEST_URL'] ?? ''),
      HTTPS_PROXY: `http://${password}@127.0.0.1:${String(portOf(proxy))}`,
    },
    authority,
    connections,
    stop: async () => {
      open.forEach((socket) => socket.destroy());
      await Promise.all([terminator, proxy].map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}

function atRunner(url: string): string {
  const { pathname, search } = new URL(url);
  return `https://run.actions.githubusercontent.com${pathname}${search}`;
}

/** Speaks CONNECT and nothing else. */
function startConnectProxy(target: number, password: string, connections: Network['connections']): Server {
  return createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (head) => {
      const text = head.toString('latin1');
      const [, host = ''] = /^CONNECT ([^: ]+):443 /.exec(text) ?? [];
      const given = /^proxy-authorization: basic (\S+)/im.exec(text)?.[1] ?? '';
      const isLetIn = host !== '' && Buffer.from(given, 'base64').toString() === password;
      connections.push({ host, isLetIn });
      if (!isLetIn) {
        socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n');
        return;
      }
      const onward = connect(target, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
        onward.pipe(socket);
        socket.pipe(onward);
      });
      onward.on('error', () => socket.destroy());
    });
  });
}

function listening(server: Server): Promise<void> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/** For all hosts of this network, signed by itself: its own authority. */
function inspectionCertificate(): { readonly certificate: string; readonly key: string } {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const algorithm = new x509.AlgorithmIdentifier({ algorithm: SHA256_WITH_RSA, parameters: null });
  const value = new x509.AttributeValue({ utf8String: 'Acme Inspection' });
  const commonName = new x509.AttributeTypeAndValue({ type: COMMON_NAME, value });
  const name = new x509.Name([new x509.RelativeDistinguishedName([commonName])]);
  const names = new x509.SubjectAlternativeName(HOSTS.map((dNSName) => new x509.GeneralName({ dNSName })));
  const tbsCertificate = new x509.TBSCertificate({
    version: x509.Version.v3,
    serialNumber: Uint8Array.from([1]).buffer,
    signature: algorithm,
    issuer: name,
    subject: name,
    validity: new x509.Validity({
      notBefore: new Date(Date.now() - 60_000),
      notAfter: new Date(Date.now() + 86_400_000),
    }),
    subjectPublicKeyInfo: AsnConvert.parse(
      publicKey.export({ type: 'spki', format: 'der' }),
      x509.SubjectPublicKeyInfo,
    ),
    extensions: new x509.Extensions([
      new x509.Extension({
        extnID: x509.id_ce_subjectAltName,
        extnValue: new OctetString(AsnConvert.serialize(names)),
      }),
    ]),
  });
  const signature = sign('sha256', Buffer.from(AsnConvert.serialize(tbsCertificate)), privateKey);
  const whole = new x509.Certificate({
    tbsCertificate,
    signatureAlgorithm: algorithm,
    signatureValue: Uint8Array.from(signature).buffer,
  });
  const lines =
    Buffer.from(AsnConvert.serialize(whole))
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return {
    certificate: ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n'),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}
