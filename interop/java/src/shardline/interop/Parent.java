package shardline.interop;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * The test at the other end: fields with tabs between them, a line at a time. Bytes and keys, which may hold anything, in base64.
 */
final class Parent {
  private final PrintStream out;
  private final BufferedReader in;

  private Parent(PrintStream out) {
    this.out = out;
    this.in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
  }

  /** Keeps the standard output for the test; whatever else is printed goes where the log goes. */
  static Parent takeOver() {
    PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
    System.setOut(System.err);
    return new Parent(out);
  }

  synchronized void tell(Object... fields) {
    StringBuilder line = new StringBuilder();
    for (Object field : fields) line.append(line.isEmpty() ? "" : "\t").append(field);
    out.append(line.append('\n'));
    out.flush();
  }

  /** The fields of the next line; null when the test has closed its end or is gone. */
  String[] hear() throws IOException {
    String line = in.readLine();
    return line == null ? null : line.split("\t", -1);
  }

  static String encoded(ByteBuffer bytes) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.duplicate().get(copy);
    return Base64.getEncoder().encodeToString(copy);
  }

  static String encoded(String text) {
    return encoded(StandardCharsets.UTF_8.encode(text));
  }

  static ByteBuffer decoded(String field) {
    return ByteBuffer.wrap(Base64.getDecoder().decode(field));
  }

  static String decodedText(String field) {
    return StandardCharsets.UTF_8.decode(decoded(field)).toString();
  }
}
