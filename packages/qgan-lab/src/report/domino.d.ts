// The package's own declaration file declares the module under its old name, "domino".
declare module "@mixmark-io/domino" {
  const domino: { createDocument(html: string): unknown };
  // biome-ignore lint/style/noDefaultExport: this is how the CommonJS module appears
  export default domino;
}
