// Signs a box of a PDF with PDFBox and BouncyCastle: BEFORE AFTER KEYSTORE PASSWORD BOX. It draws nothing.

import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.File;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Calendar;
import java.util.List;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.interactive.digitalsignature.PDSignature;
import org.apache.pdfbox.pdmodel.interactive.form.PDField;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.jcajce.JcaSignerInfoGeneratorBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

public class PdfBoxSigns {
    public static void main(String[] args) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        char[] password = args[3].toCharArray();
        try (InputStream in = new FileInputStream(args[2])) {
            store.load(in, password);
        }
        String name = store.aliases().nextElement();
        PrivateKey key = (PrivateKey) store.getKey(name, password);
        X509Certificate certificate = (X509Certificate) store.getCertificate(name);
        try (PDDocument document = PDDocument.load(new File(args[0]));
                OutputStream out = new FileOutputStream(args[1])) {
            PDField box = document.getDocumentCatalog().getAcroForm().getField(args[4]);
            PDSignature signature = new PDSignature();
            signature.setFilter(PDSignature.FILTER_ADOBE_PPKLITE);
            signature.setSubFilter(PDSignature.SUBFILTER_ADBE_PKCS7_DETACHED);
            signature.setSignDate(Calendar.getInstance());
            box.getCOSObject().setItem(COSName.V, signature);
            document.addSignature(signature, content -> container(content, key, certificate));
            document.saveIncremental(out);
        }
    }

    private static byte[] container(InputStream content, PrivateKey key, X509Certificate certificate)
            throws IOException {
        try {
            CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
            generator.addSignerInfoGenerator(
                    new JcaSignerInfoGeneratorBuilder(new JcaDigestCalculatorProviderBuilder().build())
                            .build(new JcaContentSignerBuilder("SHA256withRSA").build(key), certificate));
            generator.addCertificates(new JcaCertStore(List.of(certificate)));
            byte[] signed = content.readAllBytes();
            return generator.generate(new CMSProcessableByteArray(signed), false).getEncoded();
        } catch (Exception fault) {
            throw new IOException(fault);
        }
    }
}
