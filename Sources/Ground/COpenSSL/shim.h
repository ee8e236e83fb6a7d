#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/obj_mac.h>
#include <openssl/param_build.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/random.h>

// The key pair of the curve P-256 with this scalar and this point; NULL where there is none. In C, since a parameter list keeps the
// addresses of its names, and Swift's copies of string macros do not live that long.
static inline EVP_PKEY *copenssl_p256_key(const BIGNUM *scalar, const unsigned char *point, size_t length) {
    EVP_PKEY *key = NULL;
    OSSL_PARAM *parameters = NULL;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    if (context && builder && OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) == 1
        && OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_PRIV_KEY, scalar) == 1
        && OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point, length) == 1
        && (parameters = OSSL_PARAM_BLD_to_param(builder)) && EVP_PKEY_fromdata_init(context) == 1
        && EVP_PKEY_fromdata(context, &key, EVP_PKEY_KEYPAIR, parameters) != 1)
        key = NULL;
    OSSL_PARAM_free(parameters);
    OSSL_PARAM_BLD_free(builder);
    EVP_PKEY_CTX_free(context);
    return key;
}

// What follows is in C because Swift does not see macros that take arguments.

// The end of a connection that is a buffer in memory. An empty one asks to be tried again; it does not end the connection.
static inline BIO *copenssl_memory(void) {
    BIO *memory = BIO_new(BIO_s_mem());
    if (memory) BIO_set_mem_eof_return(memory, -1);
    return memory;
}

// TLS 1.2 at least, with forward secrecy and authenticated encryption only, as HTTP/2 demands (RFC 9113, 9.2.2), without renegotiation and
// compression. Buffers of idle connections are given back. The server keeps no sessions: clients resume theirs by tickets, which hold their
// certificate and which only this context can read.
static inline int copenssl_configure(SSL_CTX *context) {
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    return SSL_CTX_set_session_id_context(context, (const unsigned char *)"htapi", 5) == 1
        && SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1
        && SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1;
}

static inline int copenssl_add_to_chain(SSL_CTX *context, X509 *certificate) { return SSL_CTX_add1_chain_cert(context, certificate) == 1; }

// Refuses keys that need a password. The library would ask for it on the terminal.
static inline int copenssl_no_password(char *buffer, int size, int is_writing, void *data) { return -1; }

static inline EVP_PKEY *copenssl_read_key(BIO *pem) { return PEM_read_bio_PrivateKey(pem, NULL, copenssl_no_password, NULL); }

// Whether the last PEM block was missing, not broken.
static inline int copenssl_is_end_of_pem(unsigned long error) {
    return ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
}

// The application protocols of a server in the order of its preference, each with its length before it (RFC 7301).
struct copenssl_protocols {
    unsigned int length;
    unsigned char bytes[64];
};

static inline int copenssl_select_protocol(
    SSL *session, const unsigned char **selected, unsigned char *length, const unsigned char *offered, unsigned int offered_length, void *data) {
    const struct copenssl_protocols *own = (const struct copenssl_protocols *)data;
    unsigned char *found = NULL;
    if (SSL_select_next_proto(&found, length, own->bytes, own->length, offered, offered_length) != OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_NOACK;
    *selected = found;
    return SSL_TLSEXT_ERR_OK;
}

// The protocols must live as long as the context.
static inline void copenssl_set_protocols(SSL_CTX *context, struct copenssl_protocols *protocols) {
    SSL_CTX_set_alpn_select_cb(context, copenssl_select_protocol, protocols);
}

static inline void copenssl_free(void *memory) { OPENSSL_free(memory); }
