/* pdf.js works in a thread of its own; built for the same old browsers as the rest. */
import PdfWorker from 'pdfjs-dist/legacy/build/pdf.worker.mjs?worker';
export default PdfWorker;
