// What PDFBox and BouncyCastle say of PDF files: paths come in on stdin, one a line; one line goes out for each:
// path, then for each signature its box, its kind (signature, stamp), sound or why not, whole or part; or the fault.
// Fields are parted by tabs. Files are parsed strictly: PDFBox repairs nothing.

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Collection;
import org.apache.pdfbox.io.RandomAccessBuffer;
import org.apache.pdfbox.pdfparser.PDFParser;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.interactive.digitalsignature.PDSignature;
import org.apache.pdfbox.pdmodel.interactive.form.PDSignatureField;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.tsp.TimeStampToken;

public class PdfBoxOpinion {
    public static void main(String[] args) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String path = in.readLine(); path != null; path = in.readLine()) {
            out.println(path + opinion(path));
        }
    }

    private static String opinion(String path) {
        try {
            byte[] data = Files.readAllBytes(Path.of(path));
            PDFParser parser = new PDFParser(new RandomAccessBuffer(data));
            parser.setLenient(false);
            parser.parse();
            try (PDDocument document = parser.getPDDocument()) {
                return opinions(document, data);
            }
        } catch (Exception error) {
            return "\tfault\t" + oneLine(error);
        }
    }

    private static String opinions(PDDocument document, byte[] data) throws Exception {
        StringBuilder said = new StringBuilder();
        for (PDSignatureField field : document.getSignatureFields()) {
            PDSignature signature = field.getSignature();
            if (signature != null) {
                said.append("\t").append(field.getFullyQualifiedName()).append("\t").append(one(signature, data));
            }
        }
        return said.toString();
    }

    private static String one(PDSignature signature, byte[] data) throws Exception {
        boolean stamp = "ETSI.RFC3161".equals(signature.getSubFilter());
        int[] range = signature.getByteRange();
        String extent = range[2] + range[3] == data.length ? "whole" : "part";
        return (stamp ? "stamp" : "signature") + "\t" + soundness(signature, data, stamp) + "\t" + extent;
    }

    private static String soundness(PDSignature signature, byte[] data, boolean stamp) {
        try {
            byte[] signed = signature.getSignedContent(data);
            byte[] container = signature.getContents(data);
            return (stamp ? stampSound(container, signed) : signatureSound(container, signed)) ? "sound" : "unsound";
        } catch (Exception error) {
            return oneLine(error);
        }
    }

    private static boolean signatureSound(byte[] container, byte[] signed) throws Exception {
        CMSSignedData cms = new CMSSignedData(new CMSProcessableByteArray(signed), container);
        return cms.getSignerInfos().size() == 1 && signersVerify(cms);
    }

    private static boolean stampSound(byte[] container, byte[] signed) throws Exception {
        CMSSignedData cms = new CMSSignedData(container);
        TimeStampToken token = new TimeStampToken(cms);
        String algorithm = token.getTimeStampInfo().getMessageImprintAlgOID().getId();
        byte[] digest = MessageDigest.getInstance(algorithm).digest(signed);
        return Arrays.equals(digest, token.getTimeStampInfo().getMessageImprintDigest()) && signersVerify(cms);
    }

    private static boolean signersVerify(CMSSignedData cms) throws Exception {
        for (SignerInformation signer : cms.getSignerInfos().getSigners()) {
            Collection<?> matching = cms.getCertificates().getMatches(signer.getSID());
            X509CertificateHolder certificate = (X509CertificateHolder) matching.iterator().next();
            if (!signer.verify(new JcaSimpleSignerInfoVerifierBuilder().build(certificate))) {
                return false;
            }
        }
        return true;
    }

    private static String oneLine(Exception error) {
        return String.valueOf(error).replaceAll("\\s+", " ");
    }
}
