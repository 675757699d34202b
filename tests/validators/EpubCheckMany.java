import com.adobe.epubcheck.tool.EpubChecker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Runs EPUBCheck on each book named in a file, in one JVM; the report on BOOK lands in BOOK.json. */
public class EpubCheckMany {
    public static void main(String[] arguments) throws Exception {
        for (String book : Files.readAllLines(Path.of(arguments[0]), StandardCharsets.UTF_8)) {
            new EpubChecker().run(new String[] {book, "--quiet", "--usage", "--json", book + ".json"});
        }
    }
}
