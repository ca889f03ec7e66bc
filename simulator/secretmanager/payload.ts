/** What is in a version: bytes, with a checksum. */
import { record, text } from '../engine/json.ts';
import { wrong } from './refusals.ts';

const MOST_BYTES = 64 * 1024;
const CASTAGNOLI = 0x82f63b78;

const table = Uint32Array.from({ length: 256 }, (_unused, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = (value >>> 1) ^ (value & 1 ? CASTAGNOLI : 0);
  return value;
});

/** CRC32C, as Google writes it: an unsigned number in decimal digits. */
export function crc32c(bytes: Uint8Array): string {
  let value = 0xffffffff;
  for (const byte of bytes) value = (value >>> 8) ^ (table[(value ^ byte) & 0xff] ?? 0);
  return String((value ^ 0xffffffff) >>> 0);
}

/** Throws for a payload that is missing, too large, not base64, or not what its checksum says. */
export function readPayload(body: unknown): { readonly data: string; readonly isChecked: boolean } {
  const payload = record(body)['payload'];
  if (payload === undefined) throw wrong('Field [payload] is required.');
  const { data: given, dataCrc32c: checksum } = record(payload);
  // Not quoted in the refusal: it may be a secret that somebody forgot to encode.
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(text(given ?? '') ?? '*'))
    throw wrong("Invalid value at 'payload.data' (TYPE_BYTES), Base64 decoding failed");
  const bytes = Buffer.from(text(given) ?? '', 'base64');
  if (bytes.length === 0) throw wrong('Secret Payload cannot be empty.');
  if (bytes.length > MOST_BYTES) throw wrong('The payload is larger than the maximum allowed size, 65536 bytes.');
  if (checksum !== undefined && checksum !== crc32c(bytes) && checksum !== Number(crc32c(bytes)))
    throw wrong('The checksum dataCrc32c does not match the payload data.');
  return { data: bytes.toString('base64'), isChecked: checksum !== undefined };
}
