/** What is known of a file before it is sent: whether it can be a tape at all. */

export const MOST_BYTES = 512 * 1024 * 1024;
const LONGEST_NAME = 200;
const PIECE = 1024 * 1024;

export const TAPE_ENDINGS = [".xml", ".csv", ".tsv", ".txt", ".xlsx", ".xlsm"] as const;

export interface RefusedFile {
  readonly name: string;
  readonly reason: string;
}

export interface SortedFiles {
  readonly accepted: readonly File[];
  readonly refused: readonly RefusedFile[];
}

const byName = new Intl.Collator("en", { numeric: true });

/** Part files into those that may be sent, in the order of their names, and those that may not, with the reason. */
export async function sortFiles(chosen: readonly File[], added: readonly File[]): Promise<SortedFiles> {
  const accepted = [...chosen];
  const refused: RefusedFile[] = [];
  for (const file of added) {
    const reason = (await unreadable(file)) ?? (await repeated(file, accepted));
    if (reason === null) accepted.push(file);
    else refused.push({ name: file.name, reason });
  }
  return { accepted: accepted.sort((one, other) => byName.compare(one.name, other.name)), refused };
}

export const isTable = (file: Pick<File, "name">): boolean => !file.name.toLowerCase().endsWith(".xml");

/** Whether it is a workbook: the server reads its sheet, and nothing of it can be shown before. */
export const isWorkbook = (file: Pick<File, "name">): boolean => /\.xls[xm]$/i.test(file.name);

async function unreadable(file: File): Promise<string | null> {
  if (file.size === 0) return "It is empty.";
  if (file.size > MOST_BYTES) return "It is larger than 512 MB, the most that one tape may have.";
  if (file.name.length > LONGEST_NAME) return `Its name is longer than ${LONGEST_NAME} characters.`;
  const head = new Uint8Array(await file.slice(0, 64).arrayBuffer());
  if (begins(head, [0xd0, 0xcf, 0x11, 0xe0]))
    return "It is a workbook of the old .xls format, or has a password: save it as .xlsx without one.";
  const name = file.name.toLowerCase();
  if (!TAPE_ENDINGS.some((ending) => name.endsWith(ending)))
    return "A tape is an EX-102 file (.xml), a table (.csv) or a workbook (.xlsx).";
  if (begins(head, [0x25, 0x50, 0x44, 0x46])) return "It is a PDF, whatever its name says.";
  if (name.endsWith(".xml") && !looksLikeXml(head)) return "Its name says XML, but there is none in it.";
  return null;
}

async function repeated(file: File, others: readonly File[]): Promise<string | null> {
  for (const other of others) {
    if (other.size !== file.size || !(await sameBytes(file, other))) continue;
    return other.name === file.name
      ? "The same file is there already."
      : `It holds the same as ${other.name}, byte for byte.`;
  }
  return others.some(({ name }) => name === file.name)
    ? "Another file of this name is there already: remove one of them."
    : null;
}

async function sameBytes(one: File, other: File): Promise<boolean> {
  for (let start = 0; start < one.size; start += PIECE) {
    const [left, right] = await Promise.all(
      [one, other].map(async (file) => new Uint8Array(await file.slice(start, start + PIECE).arrayBuffer())),
    );
    if (left === undefined || right === undefined || left.some((byte, index) => byte !== right[index]))
      return false;
  }
  return true;
}

const begins = (head: Uint8Array, mark: readonly number[]): boolean =>
  mark.every((byte, index) => head[index] === byte);

/** The first character that counts is a `<`, whatever the encoding's width and mark. */
function looksLikeXml(head: Uint8Array): boolean {
  const skipped = [0, 0xef, 0xbb, 0xbf, 0xff, 0xfe, 0x20, 0x09, 0x0d, 0x0a];
  return head.find((byte) => !skipped.includes(byte)) === 0x3c;
}
