/** The beginning of a table, read here only to show a person what stands in its columns: the server reads the tape. */

const ENOUGH = 1024 * 1024;
const LINE_FEED = 0x0a;
const MOST_ROWS = 40;

/** The first megabyte of a file, to the end of a line: enough to tell its columns. */
export async function beginningOf(file: File): Promise<Blob> {
  if (file.size <= ENOUGH) return file;
  const bytes = new Uint8Array(await file.slice(0, ENOUGH).arrayBuffer());
  // Where characters have two bytes a line feed is no byte of its own, and an even number of bytes ends none in two.
  const wide = bytes.subarray(0, 4096).includes(0);
  const end = wide ? ENOUGH : bytes.lastIndexOf(LINE_FEED) + 1;
  return file.slice(0, end === 0 ? ENOUGH : end);
}

/** The values of each column in the first rows below the `above` ones, different ones only, at most `most` of them. */
export function samplesOf(text: string, delimiter: string, columns: number, above = 1, most = 3): string[][] {
  const rows = recordsOf(text, delimiter, MOST_ROWS + above).slice(above);
  return Array.from({ length: columns }, (_, index) => {
    const values = rows.map((row) => row[index]?.trim() ?? "").filter((value) => value !== "");
    return [...new Set(values)].slice(0, most);
  });
}

/** Decode text by the encoding's name as the server gives it; browsers know no UTF-32, and nothing of it is shown. */
export function decoded(bytes: ArrayBuffer, encoding: string): string {
  if (encoding.startsWith("utf-32")) return "";
  const bigEndian = new Uint8Array(bytes, 0, Math.min(2, bytes.byteLength))[0] === 0xfe;
  const label: Record<string, string> = {
    "utf-8-sig": "utf-8",
    "utf-16": bigEndian ? "utf-16be" : "utf-16le",
    "utf-16-le": "utf-16le",
    "utf-16-be": "utf-16be",
    cp1252: "windows-1252",
  };
  return new TextDecoder(label[encoding] ?? encoding).decode(bytes);
}

/** The first records of delimited text that are not blank; quotation marks may hold delimiters and line ends. */
export function recordsOf(text: string, delimiter: string, most: number): string[][] {
  const records: string[][] = [];
  let cells: string[] = [];
  let cell = "";
  let quoted = false;
  const endCell = () => {
    cells.push(cell);
    cell = "";
  };
  const endRecord = () => {
    endCell();
    if (cells.some((value) => value.trim() !== "")) records.push(cells);
    cells = [];
  };
  for (let at = 0; at < text.length && records.length < most; at += 1) {
    const character = text.charAt(at);
    if (quoted) {
      if (character !== '"') cell += character;
      else if (text.charAt(at + 1) === '"') cell += text.charAt((at += 1));
      else quoted = false;
    } else if (character === '"' && cell === "") quoted = true;
    else if (character === delimiter) endCell();
    else if (character === "\n") endRecord();
    else if (character !== "\r") cell += character;
  }
  if (records.length < most && (cell !== "" || cells.length > 0)) endRecord();
  return records;
}
