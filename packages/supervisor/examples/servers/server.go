package main

import (
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
)

func main() {
	token, nonce := os.Getenv("LATCHKEY_SERVER_TOKEN"), os.Getenv("LATCHKEY_SERVER_NONCE")
	generation, _ := strconv.Atoi(os.Getenv("LATCHKEY_SERVER_GENERATION"))
	os.Unsetenv("LATCHKEY_SERVER_TOKEN")
	listener, err := net.Listen("tcp", "127.0.0.1:"+os.Getenv("LATCHKEY_SERVER_PORT"))
	if err != nil {
		os.Exit(1)
	}
	port := listener.Addr().(*net.TCPAddr).Port
	answer := func(w http.ResponseWriter, status int, body any) {
		w.Header().Set("content-type", "application/json")
		w.WriteHeader(status)
		json.NewEncoder(w).Encode(body)
	}
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		health := map[string]string{"/readyz": "ready", "/healthz": "healthy"}[r.URL.Path]
		shown, expected := []byte(r.Header.Get("authorization")), []byte("Bearer "+token)
		switch {
		case r.Host != fmt.Sprintf("127.0.0.1:%d", port) && r.Host != fmt.Sprintf("localhost:%d", port):
			answer(w, 404, map[string]any{"error": map[string]string{"code": "server.not-found"}})
		case health != "":
			answer(w, 200, map[string]any{"status": health, "generation": generation, "nonce": nonce})
		case subtle.ConstantTimeCompare(shown, expected) != 1:
			answer(w, 401, map[string]any{"error": map[string]string{"code": "server.unauthorized"}})
		default:
			answer(w, 200, map[string]any{"generation": generation})
		}
	})
	if os.Getenv("LATCHKEY_SERVER_PARENT") == "stdin" {
		go func() { io.Copy(io.Discard, os.Stdin); os.Exit(0) }() // it ends when the parent goes
	}
	fmt.Printf("LATCHKEY_SERVER_LISTENING {\"port\":%d,\"nonce\":%q}\n", port, nonce)
	http.Serve(listener, handler)
}
