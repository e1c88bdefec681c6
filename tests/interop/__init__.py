"""Other programs' opinions of the documents that this house makes: stock pyHanko, pdfsig, PDFBox and qpdf.

python -m tests.interop out/regulation --jobs 2

They all have to find the same signatures as our verifier, and each of them sound.
"""
