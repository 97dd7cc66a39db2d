/* The load: keep-alive connections to 127.0.0.1, each sending its next request when it has its answer.

       load PORT CONNECTIONS SECONDS REQUESTS ANSWERS once|again

   REQUESTS has each request behind its length in four bytes; `again` starts over at the end. ANSWERS
   gets each answer behind the number of its request and its length; `-` keeps none. One line of JSON
   says how it went. One thread over epoll, so that the load takes little of the machine that it
   shares with the server: `list` and `hello` are answered faster than Python could ask. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define NONE (-1)
#define PATIENCE_SECONDS 10
#define MOST_PER_SECOND 200000
#define STATUSES 600

typedef struct {
    char *bytes;
    uint32_t length;
} message;

typedef struct {
    int fd, is_connecting, is_retried, closes_after;
    long request; /* its number, or NONE */
    uint64_t asked_at;
    uint32_t sent;
    char *answer;
    size_t received, room, head;
    long body; /* bytes, or NONE while they are not known */
    int is_chunked;
} connection;

static message *requests;
static long request_count, next_request;
static int does_start_over, port, epoll;
static uint64_t ends_at, last_answer_at;
static uint32_t *latencies;
static long answered, failed, statuses[STATUSES];
static FILE *answers;

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000ull + time.tv_nsec;
}

static void open_connection(connection *c) {
    int yes = 1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    c->is_connecting = connect(c->fd, (void *)&address, sizeof address) < 0 && errno == EINPROGRESS;
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.ptr = c};
    epoll_ctl(epoll, EPOLL_CTL_ADD, c->fd, &event);
}

static void close_connection(connection *c) {
    if (c->fd >= 0)
        close(c->fd);
    c->fd = -1;
}

static void send_rest(connection *c) {
    if (c->request == NONE || c->is_connecting)
        return;
    message *request = &requests[c->request % request_count];
    while (c->sent < request->length) {
        ssize_t sent = send(c->fd, request->bytes + c->sent, request->length - c->sent, MSG_NOSIGNAL);
        if (sent < 0)
            return; /* epoll says when there is room, or that the server has closed */
        c->sent += sent;
    }
}

static void ask(connection *c) {
    c->received = c->head = c->sent = 0;
    c->body = NONE;
    c->is_chunked = c->closes_after = 0;
    if (c->fd < 0)
        open_connection(c);
    send_rest(c);
}

static void ask_next(connection *c) {
    if ((!does_start_over && next_request >= request_count) || now() >= ends_at) {
        c->request = NONE;
        close_connection(c);
        return;
    }
    c->request = next_request++;
    c->is_retried = 0;
    c->asked_at = now();
    ask(c);
}

static void read_header(connection *c, const char *line) {
    if (!strncasecmp(line, "content-length:", 15))
        c->body = atol(line + 15);
    else if (!strncasecmp(line, "transfer-encoding: chunked", 26))
        c->is_chunked = 1;
    else if (!strncasecmp(line, "connection: close", 17))
        c->closes_after = 1;
}

static int status_of(const connection *c) {
    int status = c->received > 12 ? atoi(c->answer + 9) : 0;
    return status < 0 || status >= STATUSES ? 0 : status;
}

static void read_head(connection *c) {
    char *end = c->received ? memmem(c->answer, c->received, "\r\n\r\n", 4) : NULL;
    if (end == NULL)
        return;
    c->head = end - c->answer + 4;
    c->closes_after = !strncmp(c->answer, "HTTP/1.0", 8);
    for (char *line = c->answer; line < end;) {
        line = memmem(line, end - line + 2, "\r\n", 2);
        line += 2;
        read_header(c, line);
    }
    if (status_of(c) == 204 || status_of(c) == 304)
        c->body = 0;
}

static int is_complete(connection *c, int is_closed) {
    if (c->head == 0)
        read_head(c);
    if (c->head == 0)
        return 0;
    if (c->is_chunked)
        return c->received >= c->head + 5 && !memcmp(c->answer + c->received - 5, "0\r\n\r\n", 5);
    return c->body == NONE ? is_closed : c->received >= c->head + (size_t)c->body;
}

static void keep(const connection *c) {
    uint32_t head[2] = {c->request, c->received};
    if (answers != NULL) {
        fwrite(head, sizeof head, 1, answers);
        fwrite(c->answer, 1, c->received, answers);
    }
}

static void finish(connection *c, int is_closed) {
    last_answer_at = now();
    latencies[answered++] = (last_answer_at - c->asked_at) / 1000;
    statuses[status_of(c)]++;
    keep(c);
    if (is_closed || c->closes_after)
        close_connection(c);
    ask_next(c);
}

/* A server may close a connection that is idle for it while a request is on its way: such a request
   is sent once more. */
static void lose(connection *c) {
    close_connection(c);
    if (c->request == NONE)
        return;
    if (c->received == 0 && !c->is_retried) {
        c->is_retried = 1;
        ask(c);
        return;
    }
    failed++;
    ask_next(c);
}

/* Whether the server has closed the connection, after all that it sent was read. */
static int receive(connection *c) {
    for (;;) {
        if (c->room - c->received < 4096)
            c->answer = realloc(c->answer, c->room *= 2);
        ssize_t received = recv(c->fd, c->answer + c->received, c->room - c->received, 0);
        if (received > 0)
            c->received += received;
        else
            return received == 0 || (errno != EAGAIN && errno != EINTR);
    }
}

static void finish_connecting(connection *c) {
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &size);
    c->is_connecting = 0;
    if (error)
        lose(c);
}

static void handle(connection *c, uint32_t events) {
    if (c->fd >= 0 && c->is_connecting)
        finish_connecting(c);
    if (c->fd >= 0 && (events & EPOLLOUT))
        send_rest(c);
    if (c->fd < 0 || !(events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)))
        return;
    int is_closed = receive(c);
    if (c->request != NONE && is_complete(c, is_closed))
        finish(c, is_closed);
    else if (is_closed)
        lose(c);
}

static int is_asking(const connection *connections, int count) {
    for (int i = 0; i < count; i++)
        if (connections[i].request != NONE)
            return 1;
    return 0;
}

static void run(connection *connections, int count) {
    struct epoll_event events[64];
    uint64_t gives_up_at = ends_at + PATIENCE_SECONDS * 1000000000ull;
    for (int i = 0; i < count; i++)
        ask_next(&connections[i]);
    while (is_asking(connections, count) && now() < gives_up_at) {
        int ready = epoll_wait(epoll, events, 64, 200);
        for (int i = 0; i < ready; i++)
            handle(events[i].data.ptr, events[i].events);
    }
}

static void read_requests(const char *path) {
    FILE *file = fopen(path, "rb");
    uint32_t length;
    long room = 1024;
    requests = malloc(room * sizeof *requests);
    while (file != NULL && fread(&length, sizeof length, 1, file) == 1) {
        if (request_count == room)
            requests = realloc(requests, (room *= 2) * sizeof *requests);
        message *request = &requests[request_count++];
        *request = (message){malloc(length), length};
        if (fread(request->bytes, 1, length, file) != length)
            exit(2);
    }
    if (request_count == 0)
        exit(2);
}

static connection *make_connections(int count) {
    connection *connections = calloc(count, sizeof *connections);
    for (int i = 0; i < count; i++)
        connections[i] = (connection){.fd = -1, .request = NONE, .room = 65536};
    for (int i = 0; i < count; i++)
        connections[i].answer = malloc(connections[i].room);
    return connections;
}

static int compare(const void *left, const void *right) {
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

static double percentile(double share) {
    return answered ? latencies[(long)((answered - 1) * share)] / 1e3 : 0;
}

static void report(uint64_t started_at) {
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    double own = used.ru_utime.tv_sec + used.ru_stime.tv_sec;
    own += (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
    qsort(latencies, answered, sizeof *latencies, compare);
    printf("{\"count\": %ld, \"failed\": %ld, ", answered, failed);
    printf("\"seconds\": %.4f, ", answered ? (last_answer_at - started_at) / 1e9 : 0);
    printf("\"p50\": %.3f, \"p99\": %.3f, ", percentile(0.5), percentile(0.99));
    printf("\"own_cpu\": %.3f, \"statuses\": {", own);
    const char *comma = "";
    for (int i = 0; i < STATUSES; i++)
        if (statuses[i]) {
            printf("%s\"%d\": %ld", comma, i, statuses[i]);
            comma = ", ";
        }
    printf("}}\n");
}

int main(int count, char **words) {
    if (count != 7)
        return 2;
    int connection_count = atoi(words[2]);
    double seconds = atof(words[3]);
    port = atoi(words[1]);
    does_start_over = !strcmp(words[6], "again");
    read_requests(words[4]);
    answers = strcmp(words[5], "-") ? fopen(words[5], "wb") : NULL;
    long most = does_start_over ? seconds * MOST_PER_SECOND : request_count + connection_count;
    latencies = malloc((most + connection_count) * sizeof *latencies);
    epoll = epoll_create1(0);
    connection *connections = make_connections(connection_count);
    uint64_t started_at = now();
    ends_at = started_at + (uint64_t)(seconds * 1e9);
    run(connections, connection_count);
    if (answers != NULL)
        fclose(answers);
    report(started_at);
    return 0;
}
