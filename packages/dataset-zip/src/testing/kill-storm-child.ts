// Writes one dataset over and over to the path in argv, until it is killed.
import { writeDatasetZipFile } from "../node.ts";
import { stormImages } from "./storm-images.ts";

const images = stormImages();
process.stdout.write("ready\n");
for (;;) await writeDatasetZipFile(process.argv[2], images, { overwrite: true });
