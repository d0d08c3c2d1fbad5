// The package's own declaration file declares the module under its old name, "domino".
declare module "@mixmark-io/domino" {
  const domino: { createDocument(html: string): unknown };
  export default domino;
}
